import * as pulumi from "@pulumi/pulumi";

import { declareResources } from "../floor/resources.cjs";

declareResources(new pulumi.Config().requireNumber("count"));
