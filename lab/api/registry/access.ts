import { createHmac } from "node:crypto";

import { isSame } from "../../protocol/loopback";
import type { AccessKey } from "../accessKey";

/** As for ECR's tokens. */
const TOKEN_HOURS = 12;
/** As for ECR's download URLs. */
const DOWNLOAD_HOURS = 1;
const HOUR_MS = 3_600_000;

/**
 * Access to the registry: with a password of the last twelve hours, or a signed URL of a layer. Both are derived from
 * the lab's access key and their expiry time, so none has to be stored.
 */
export class RegistryAccess {
  constructor(private readonly key: AccessKey) {}

  /** A password for the user `AWS`, and when it expires. */
  password(now: Date): { readonly password: string; readonly expiresAt: Date } {
    const expiresAt = new Date(now.getTime() + TOKEN_HOURS * HOUR_MS);
    return { password: this.sign("password", expiresAt.getTime()), expiresAt };
  }

  /** Whether an Authorization header is for the user `AWS` with a password that has not expired. */
  allows(authorization: string | undefined, now: Date): boolean {
    const [, basic = ""] = /^Basic ([\w+/=-]+)$/i.exec(authorization ?? "") ?? [];
    const [user, password = ""] = Buffer.from(basic, "base64").toString().split(/:(.*)/s);
    return user === "AWS" && this.isSigned("password", password, now);
  }

  /** A query string that lets anybody who has it read a path. */
  query(path: string, now: Date): string {
    return `token=${this.sign(path, now.getTime() + DOWNLOAD_HOURS * HOUR_MS)}`;
  }

  /** Whether a path's query is one of {@link query}. */
  allowsQuery(path: string, query: URLSearchParams, now: Date): boolean {
    return this.isSigned(path, query.get("token") ?? "", now);
  }

  /** `END.SIGNATURE`, END in milliseconds since 1970. */
  private sign(what: string, end: number): string {
    const hmac = createHmac("sha256", this.key.secretAccessKey).update(`registry ${what} ${end}`);
    return `${end}.${hmac.digest("base64url")}`;
  }

  private isSigned(what: string, token: string, now: Date): boolean {
    const end = Number(/^\d+/.exec(token)?.[0] ?? 0);
    return isSame(token, this.sign(what, end)) && now.getTime() < end;
  }
}
