import { eip } from "./elasticIp";
import { flowLog } from "./flowLog";
import { internetGateway } from "./internetGateway";
import { launchTemplate } from "./launchTemplate";
import { natGateway } from "./natGateway";
import { route, routeTable, routeTableAssociation } from "./routeTable";
import { securityGroup } from "./securityGroup";
import { securityGroupRule, vpcRule } from "./securityGroupRule";
import { subnet } from "./subnet";
import { EGRESS_RULE, INGRESS_RULE } from "./tokens";
import { vpc } from "./vpc";

export const ec2Types = [
  vpc,
  internetGateway,
  subnet,
  routeTable,
  routeTableAssociation,
  route,
  eip,
  natGateway,
  securityGroup,
  vpcRule(INGRESS_RULE, "ingress"),
  vpcRule(EGRESS_RULE, "egress"),
  securityGroupRule,
  launchTemplate,
  flowLog,
];
