# The program in an image: `docker build -t kelisim .` Not hardened for production yet.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/kelisim
ENV PATH=/opt/kelisim/bin:$PATH
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md CHANGELOG.md ./
COPY processes processes
COPY forms forms
COPY service service
RUN pip install --no-cache-dir --no-deps --no-build-isolation --no-index .

FROM python:3.12-slim-bookworm
RUN useradd --system --create-home --home-dir /var/lib/kelisim kelisim
COPY --from=build /opt/kelisim /opt/kelisim
ENV PATH=/opt/kelisim/bin:$PATH PYTHONUNBUFFERED=1 KELISIM_HOME=/var/lib/kelisim
USER kelisim
WORKDIR /var/lib/kelisim
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["kelisim"]
CMD ["--help"]
