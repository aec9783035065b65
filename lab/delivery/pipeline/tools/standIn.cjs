// The `aws` and `docker` of a build: passes its arguments to the lab and prints the response. `ECS_HANDSON_TOOL_TOKEN=…
// node standIn.cjs URL PROGRAM ARGS…`. Written in plain JavaScript, so that it starts fast.
const [url, program, ...args] = process.argv.slice(2);
/* global fetch, TextDecoderStream */

async function main() {
  // Standard input is only connected in this case.
  const stdin = args.includes("--password-stdin") ? await read(process.stdin) : "";
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${process.env.ECS_HANDSON_TOOL_TOKEN}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ program, args, cwd: process.cwd(), stdin }),
  });
  if (!response.ok) throw new Error(await response.text());
  // Lines of JSON: { out } and { err } as they arrive, { code } at the end.
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) show(JSON.parse(line));
  }
}

// lab/protocol/tool.ts has the schema for this, which would take too long to load here.
function show({ out, err, code }) {
  if ((out ?? err ?? code) === undefined) {
    throw new Error("its version differs from this program's; stop it, then start it again");
  }
  if (out !== undefined) process.stdout.write(out);
  if (err !== undefined) process.stderr.write(err);
  if (code !== undefined) process.exitCode = code;
}

async function read(stream) {
  let text = "";
  for await (const chunk of stream.setEncoding("utf8")) text += chunk;
  return text;
}

process.exitCode = 125; // unless the lab sends an exit code
main().catch((error) => {
  process.stderr.write(`${program}: the lab does not answer: ${error.message}\n`);
});
