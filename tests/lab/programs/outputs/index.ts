import * as pulumi from "@pulumi/pulumi";

export = {
  plain: pulumi.output(["for all"]),
  hidden: { inside: pulumi.secret("for nobody") },
};
