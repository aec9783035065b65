/** Sends clients from HTTP to the same address by HTTPS, for good. */
export const redirectToHttps = {
  type: "redirect",
  redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" },
} as const;
