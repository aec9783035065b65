import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { replaceFileSync } from "../../../shared/replaceFile";

/** Stores in a file which port of this machine each listener had, so that it gets the same again. */
export class ListenerPorts {
  private readonly file: string;

  /**
   * @param workDir folder of the file; created if missing
   * @param firstPort first port for listeners on a port below 1024; the distance between HTTPS and HTTP is as between
   * 443 and 80
   * @param exists whether the listener still exists
   */
  constructor(
    private readonly workDir: string,
    private readonly firstPort: number,
    private readonly exists: (listenerArn: string) => boolean,
  ) {
    this.file = join(workDir, "ports.json");
  }

  /** The port this listener had last time, if it is near the wanted one, then the ports from the wanted one on. */
  candidates(listenerArn: string, listenerPort: number): number[] {
    const remembered = this.read();
    const first = this.firstFor(listenerPort);
    const following = Array.from({ length: 50 }, (_, index) => first + index).filter(
      (port) => port <= 65_535,
    );
    const last = remembered[listenerArn];
    // Skips ports that other listeners had, so that each keeps its own.
    const others = Object.entries(remembered)
      .filter(([arn]) => arn !== listenerArn && this.exists(arn))
      .map(([, port]) => port);
    return [
      ...following.filter((port) => port === last),
      ...following.filter((port) => port !== last && !others.includes(port)),
    ];
  }

  remember(listenerArn: string, port: number): void {
    const existing = Object.entries(this.read()).filter(([arn]) => this.exists(arn));
    const ports = { ...Object.fromEntries(existing), [listenerArn]: port };
    mkdirSync(this.workDir, { recursive: true });
    replaceFileSync(this.file, JSON.stringify(ports, undefined, 2));
  }

  /** E.g. 8443 for 443 if 80 is mapped to 8080. */
  private firstFor(listenerPort: number): number {
    if (listenerPort >= 1024) return listenerPort;
    return listenerPort === 443 && this.firstPort > 0 ? this.firstPort + 363 : this.firstPort;
  }

  private read(): Record<string, number> {
    if (!existsSync(this.file)) return {};
    try {
      return JSON.parse(readFileSync(this.file, "utf8")) as Record<string, number>;
    } catch {
      return {}; // a damaged file costs no more than the familiar port numbers
    }
  }
}
