import type { Given } from "./newUser";

const digest = `sha256:${"0".repeat(64)}`;

/** What exists on AWS before a new user's program. */
export const given: Given = {
  image: `public.ecr.aws/shop/app:1.4.2@${digest}`,
  nginxImage: `public.ecr.aws/nginx/nginx-unprivileged:1.30.6@${digest}`,
  phpImage: `public.ecr.aws/shop/php:8.5@${digest}`,
  codeImage: `public.ecr.aws/shop/code:7@${digest}`,
  hostedZoneId: "Z0123456789ABCDEFGHIJ",
  accessLogs: "shop-access-logs",
  flowLogs: "arn:aws:s3:::shop-flow-logs",
  webAclArn:
    "arn:aws:wafv2:ap-northeast-1:123456789012:regional/webacl/shop/11111111-2222-3333-4444-555555555555",
};
