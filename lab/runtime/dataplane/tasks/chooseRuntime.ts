import { DockerRuntime } from "./dockerRuntime";
import { HostRuntime } from "./hostRuntime";
import { NginxRuntime } from "./nginxRuntime";
import type { RuntimeName, RuntimeOptions, TaskRuntime } from "./runtime";
import { StaticRuntime } from "./staticRuntime";

/**
 * Picks the runtime: the requested one, else the most faithful one available on this machine. `static` only needs Node,
 * so there is always one.
 * @throws {Error} if the requested runtime is not available; the message says why and what to do
 */
export async function chooseRuntime(
  options: RuntimeOptions & { readonly runtime?: RuntimeName },
): Promise<TaskRuntime> {
  switch (options.runtime) {
    case "static":
      return new HostRuntime(options, new StaticRuntime(options));
    case "nginx": {
      const program = await NginxRuntime.find();
      if (program === undefined) {
        throw new Error(
          "No nginx on PATH. Install it (apt-get install nginx, brew install nginx), or leave out --runtime.",
        );
      }
      return new HostRuntime(options, new NginxRuntime(options, program));
    }
    case "docker": {
      const found = await DockerRuntime.find();
      if (!found.available) {
        throw new Error(
          `No Docker engine answers: ${found.reason} Start Docker, or leave out --runtime.`,
        );
      }
      return new DockerRuntime(options);
    }
    case undefined: {
      if ((await DockerRuntime.find()).available) return new DockerRuntime(options);
      const program = await NginxRuntime.find();
      const sites =
        program === undefined ? new StaticRuntime(options) : new NginxRuntime(options, program);
      return new HostRuntime(options, sites);
    }
  }
}
