"""The tests' own databases: PostgreSQL is there, and each test begins with empty tables."""

from __future__ import annotations

import psycopg
import pytest

from tests import postgres


def test_postgresql_answers(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        version = connection.info.server_version
    assert version >= 130000


def test_emptied_tables_start_anew_in_spite_of_triggers_and_keys(postgres_server_url: str) -> None:
    with postgres.fresh_database(postgres_server_url) as url:
        with psycopg.connect(url) as connection:
            connection.execute(
                """
                CREATE TABLE one (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
                CREATE TABLE two (one_id bigint REFERENCES one (id));
                CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql
                    AS $$ BEGIN RAISE 'append only'; END $$;
                CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON one
                    FOR EACH STATEMENT EXECUTE FUNCTION never();
                INSERT INTO one DEFAULT VALUES; INSERT INTO two VALUES (1);
                """
            )
        postgres.empty_tables(url)
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM two").fetchone() == (0,)
            created = connection.execute("INSERT INTO one DEFAULT VALUES RETURNING id").fetchone()
        assert created == (1,)


def test_without_any_server_the_reason_of_each_way_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgres.VARIABLE, raising=False)
    ways = ("_running", "_programs_here", "_package", "_debian")
    for way in ways:
        monkeypatch.setattr(postgres, way, _failing(way))
    with pytest.raises(postgres.NoPostgres) as failure:
        postgres.find_server()
    for way in ways:
        assert f"- {way} failed" in str(failure.value)
    assert postgres.VARIABLE in str(failure.value)


def test_a_named_server_that_does_not_answer_is_not_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(postgres.VARIABLE, "postgresql://k:secret@127.0.0.1:1/k")
    with pytest.raises(postgres.NoPostgres, match="is set, but") as failure:
        postgres.find_server()
    assert "secret" not in str(failure.value)


def _failing(way: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    def fail() -> postgres.Server:
        raise postgres.NoPostgres(f"{way} failed")

    return fail
