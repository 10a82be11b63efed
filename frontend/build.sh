#!/bin/sh
# Make service/web/static/vendor again from what package-lock.json names. Needs Node; whoever
# runs or installs Kelisim does not.
set -eu
cd "$(dirname "$0")"
npm ci --silent
out=../service/web/static/vendor
rm -rf "$out"
mkdir -p "$out/bootstrap" "$out/noto-sans"
npx sass --quiet --quiet-deps --silence-deprecation=import --no-source-map --style=compressed \
    --load-path=node_modules bootstrap.scss "$out/bootstrap/bootstrap.min.css"
cp node_modules/bootstrap/LICENSE "$out/bootstrap/LICENSE"
cp node_modules/@fontsource/noto-sans/LICENSE "$out/noto-sans/LICENSE"
for subset in latin latin-ext cyrillic cyrillic-ext; do
    for weight in 400 700; do
        cp "node_modules/@fontsource/noto-sans/files/noto-sans-$subset-$weight-normal.woff2" "$out/noto-sans/"
    done
done
{
    echo "Made by \`frontend/build.sh\`; not to be edited."
    echo
    echo "| file | from | licence |"
    echo "|---|---|---|"
    echo "| \`bootstrap/bootstrap.min.css\` | npm \`bootstrap\` 5.3.9, compiled from \`frontend/bootstrap.scss\` | MIT, \`bootstrap/LICENSE\` |"
    echo "| \`noto-sans/*.woff2\` | npm \`@fontsource/noto-sans\` 5.3.0 | OFL-1.1, \`noto-sans/LICENSE\` |"
    echo
    echo '```'
    (cd "$out" && find . -type f ! -name README.md | sort | xargs sha256sum)
    echo '```'
} > "$out/README.md.new"
mv "$out/README.md.new" "$out/README.md"
