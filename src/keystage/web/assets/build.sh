#!/bin/sh
# Makes the styles and scripts of the service again. Needs node with npm; run it with `make assets`.
# The packages lie in a temporary folder and their versions are fixed here; npm's own settings say
# where it gets them from.
set -eu

FRONTEND=6.6.0
SASS=1.108.2
ESBUILD=0.28.2

here=$(cd "$(dirname "$0")" && pwd)
out=$(cd "$here/../static/keystage" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

npm install --prefix "$work" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
  "govuk-frontend@$FRONTEND" "sass@$SASS" "esbuild@$ESBUILD"

"$work/node_modules/.bin/sass" --no-source-map --style=compressed --no-charset \
  --load-path="$work/node_modules" "$here/keystage.scss" "$out/keystage.css"
NODE_PATH="$work/node_modules" "$work/node_modules/.bin/esbuild" "$here/keystage.js" \
  --bundle --minify --format=esm --target=es2020 --legal-comments=none --log-level=error \
  --outfile="$out/keystage.js"
cp "$here/boxes.js" "$here/enabled.js" "$here/idle.js" "$here/sheet.js" "$here/favicon.svg" \
  "$here/LICENCE-govuk-frontend.txt" "$out/"

digest() {
  sha256sum "$1" | cut -d ' ' -f 1
}

# file NAME HOW LICENCE: one table of the provenance file.
file() {
  printf '\n[files."%s"]\nsha256 = "%s"\nmade = "%s"\nlicence = "%s"\n' \
    "$1" "$(digest "$out/$1")" "$2" "$3"
}

{
  printf '# Written by assets/build.sh. Each file here, what it is made of, and how.\n'
  printf '\n[packages.govuk-frontend]\nversion = "%s"\nlicence = "MIT"\n' "$FRONTEND"
  printf 'use = "styles without fonts, images, header and footer of GOV.UK; scripts of the components"\n'
  printf '\n[packages.sass]\nversion = "%s"\nlicence = "MIT"\nuse = "compiles the styles"\n' "$SASS"
  printf '\n[packages.esbuild]\nversion = "%s"\nlicence = "MIT"\nuse = "joins the scripts"\n' "$ESBUILD"
  file keystage.css "sass, from keystage.scss and the styles of govuk-frontend" MIT
  file keystage.js "esbuild, from keystage.js and the scripts of govuk-frontend" MIT
  file boxes.js "copied from assets" MIT
  file enabled.js "copied from assets" MIT
  file idle.js "copied from assets" MIT
  file sheet.js "copied from assets" MIT
  file favicon.svg "copied from assets" MIT
  file LICENCE-govuk-frontend.txt "the licence that govuk-frontend asks to be kept with its parts" MIT
} > "$out/provenance.toml"
