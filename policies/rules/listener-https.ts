import { propsOf } from "../graph/inputs";
import { ofType, referred } from "../graph/references";
import { CLASSIC_LOAD_BALANCER, LISTENER_RULES, LISTENERS } from "../graph/tokens";
import { field, type Fields, isAbsent, items, toText, UNKNOWN, type Value } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "listener-https",
    description: "HTTP listeners redirect to HTTPS.",
    level: "advisory",
    severity: "medium",
    framework: securityHub("ELB.1", "Application Load Balancers redirect HTTP requests to HTTPS"),
    tags: ["checkov:CKV_AWS_2", "security-hub:ELB.3"],
    remediationSteps:
      "Add an HTTPS listener with a certificate and let the HTTP listener redirect to it.",
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",
    types: [...LISTENERS, ...LISTENER_RULES, CLASSIC_LOAD_BALANCER],
  },
  {
    resource({ type, props }, report) {
      if (type === CLASSIC_LOAD_BALANCER) {
        const protocols = items(props.listeners).map((each) => field(each, "lbProtocol"));
        if (protocols.some((each) => toText(each).toLowerCase() === "http")) {
          const step = "Let its listeners accept HTTPS with a certificate.";
          report.fail("It serves plain HTTP.", undefined, step);
        } else if (protocols.includes(UNKNOWN)) {
          report.unknown("What its listeners accept");
        }
      }
      if (!LISTENERS.includes(type)) return;
      const protocol = protocolOf(props);
      const redirects = redirectsOf(props.defaultActions);
      if (protocol === UNKNOWN || (protocol === "HTTP" && redirects.includes(UNKNOWN))) {
        report.unknown("Whether the listener redirects to HTTPS");
      } else if (protocol === "HTTP" && !redirects.includes("HTTPS")) {
        report.fail("It serves plain HTTP.");
      }
    },
    // A rule that forwards takes precedence over the redirect.
    stack({ resources }, report) {
      for (const rule of ofType(resources, LISTENER_RULES)) {
        const [listener] = referred(rule, "listenerArn", LISTENERS, resources);
        const { defaultActions, ...props }: Fields = listener ? propsOf(listener) : {};
        if (protocolOf(props) !== "HTTP" || !redirectsOf(defaultActions).includes("HTTPS"))
          continue;
        const actions = items(propsOf(rule).actions);
        const types = actions.map((action) => field(action, "type"));
        if (types.includes(UNKNOWN)) {
          report.unknown("Whether a rule forwards plain HTTP", rule.urn);
        } else if (types.includes("forward")) {
          report.fail(
            `It forwards what arrives at ${listener?.name ?? ""} as plain HTTP, before the redirect to HTTPS: ` +
              "move it to the HTTPS listener.",
            rule.urn,
          );
        }
      }
    },
  },
);

/**
 * A listener's protocol. If it only names a port, it is an Application Load Balancer's and uses HTTP; a Gateway Load
 * Balancer's names neither. Source: terraform-provider-aws, elbv2 listener ("Keep previous default of HTTP for ALBs").
 */
function protocolOf({ protocol, port }: Fields): Value {
  return isAbsent(protocol) && !isAbsent(port) ? "HTTP" : protocol;
}

function redirectsOf(actions: Value): readonly Value[] {
  return items(actions).map((action) => field(action, "redirect", "protocol"));
}
