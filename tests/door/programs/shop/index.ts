import * as pulumi from "@pulumi/pulumi";

import { newUserProgram } from "./newUser";

const config = new pulumi.Config();
const image = config.require("image");

export const { url, migrate } = newUserProgram({
  image,
  nginxImage: config.require("nginxImage"),
  phpImage: config.require("phpImage"),
  codeImage: image,
  hostedZoneId: config.require("hostedZoneId"),
  accessLogs: config.require("accessLogs"),
  flowLogs: config.require("flowLogs"),
  webAclArn: config.require("webAclArn"),
});
