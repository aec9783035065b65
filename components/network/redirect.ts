/** Redirects clients permanently from HTTP to the same address with HTTPS. */
export const redirectToHttps = {
  type: "redirect",
  redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" },
} as const;
