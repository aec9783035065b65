import { messageOf } from "../../shared/messageOf";
import { serveLanguageHost } from "./server";

// What a Pulumi CLI starts as `pulumi-language-nodejs ENGINE_ADDRESS`: the CLI reads the port from standard output, and
// ends this process with a signal. A CLI that was killed cannot, so this process watches for its end.

const parent = process.ppid;

async function main(args: readonly string[]): Promise<void> {
  const engineAddress = args.filter((arg) => !arg.startsWith("-")).at(-1);
  const host = await serveLanguageHost({ engineAddress });
  const stop = () => {
    host.close();
    process.exit();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, 500).unref();
  process.stdout.write(`${host.port}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
