import rule from "../../../policies/rules/ecs-task-definition-no-privileged";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";
import { unknownOrOther, unreadable } from "./containers";

const raw = (container: string) => taskDefinition({ containerDefinitions: `[${container}]` });

export default {
  rule,
  pass: {
    "labels that differ only in case, which users choose": [
      raw('{"name":"a \\": b","dockerLabels":{"App":"1","app":"2"},"privileged":false}'),
    ],
    "the hands-on's own definition": [taskDefinition()],
    "privileged: false": [taskDefinition({}, { privileged: false })],
  },
  fail: {
    "a privileged container": [/nginx is privileged/, [taskDefinition({}, { privileged: true })]],
    "another spelling of the name, which AWS accepts, too": [
      /nginx is privileged/,
      [taskDefinition({}, { Privileged: true })],
    ],
    "the text true": [/nginx is privileged/, [taskDefinition({}, { privileged: "true" })]],
    "a property in two spellings, of which the provider takes the last": [
      /has privileged twice/,
      [raw('{"name":"web","privileged":true,"Privileged":false}')],
    ],
    "a property twice, once before the other spelling": [
      /has a property twice/,
      [raw('{"name":"web","privileged":false,"Privileged":false,"privileged":true}')],
    ],
    "a name with a letter that Go folds": [
      /has user twice/,
      [raw('{"name":"web","user":"101","u\u017fer":"0"}')],
    ],
    ...unreadable,
  },
  ...unknownOrOther,
} satisfies Cases;
