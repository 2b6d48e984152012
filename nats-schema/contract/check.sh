#!/bin/sh
# Reads asyncapi.yaml with the parser of the AsyncAPI project, and fails on what it calls an error.
# Needs Node.js 18 and npm, and fetches the parser into a folder that is removed again. No part of
# the build, which holds the document against the Java types by itself (ContractTest).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
parser=$(mktemp -d)
trap 'rm -rf "$parser"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$parser" @asyncapi/parser@3.6.3
cat > "$parser/check.js" <<'JS'
const { Parser, fromFile } = require('@asyncapi/parser');

async function check(path) {
  const { document, diagnostics } = await fromFile(new Parser(), path).parse();
  const severities = ['error', 'warning', 'information', 'hint'];
  for (const said of diagnostics) {
    const line = said.range.start.line + 1;
    console.log(`${severities[said.severity]} ${line} ${said.path.join('.')}: ${said.message}`);
  }
  const failed = !document || diagnostics.some(said => said.severity === 0);
  if (!failed) {
    const messages = document.allMessages().all().length;
    const operations = document.allOperations().all().length;
    console.log(`valid: ${messages} messages, ${operations} operations`);
  }
  process.exit(failed ? 1 : 0);
}

check(process.argv[2]);
JS
NODE_PATH="$parser/node_modules" node "$parser/check.js" "$here/asyncapi.yaml"
