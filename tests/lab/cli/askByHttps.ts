import { readFile } from "node:fs/promises";
import { request } from "node:https";

/**
 * Requests a page as a client that trusts the lab's certificate authority and expects a server of this name.
 * @param authority file of the authority's certificate
 */
export async function askByHttps(
  url: string | URL,
  authority: string,
  servername: string,
): Promise<{ status: number | undefined; body: string }> {
  const ca = await readFile(authority);
  return new Promise((resolve, reject) => {
    const options = { ca, servername, headers: { host: servername } };
    request(url, options, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => {
        resolve({ status: response.statusCode, body });
      });
    })
      .on("error", reject)
      .end();
  });
}
