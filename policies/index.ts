import { PolicyPack } from "@pulumi/policy";
import { serveWrapped } from "./internals/handlers";
import { Messages } from "./internals/messages";
import { readingOnce } from "./internals/readOnce";
import { startOrEnd } from "./internals/sdk";
import { judgeOperations } from "./lib/judgeOperations";
import { version } from "./package.json";
import { rules } from "./rules";

const name = "ecs-handson";

startOrEnd(() => {
  const messages = new Messages({ name, version });
  serveWrapped(
    (sdk) => judgeOperations(readingOnce(sdk), rules, messages),
    () => new PolicyPack(name, { policies: [...rules] }),
  );
});
