import { call } from "../call";
import { type CallsOf, nameOf, when, without } from "./resource";

/** Below internal/service/iam: role.go, role_policy.go, policy.go, instance_profile.go, openid_connect_provider.go. */
export const roles: Record<string, CallsOf> = {
  "aws:iam/role:Role": (made) => [
    call(
      "iam:CreateRole",
      { ...made.inputs, name: nameOf(made) },
      { assumeRolePolicy: "AssumeRolePolicyDocument", name: "RoleName" },
    ),
  ],
  "aws:iam/rolePolicy:RolePolicy": (made) => [
    call(
      "iam:PutRolePolicy",
      { ...made.inputs, name: nameOf(made) },
      { name: "PolicyName", policy: "PolicyDocument", role: "RoleName" },
    ),
  ],
  "aws:iam/policy:Policy": (made) => [
    call(
      "iam:CreatePolicy",
      { ...made.inputs, name: nameOf(made) },
      { name: "PolicyName", policy: "PolicyDocument" },
    ),
  ],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ({ inputs }) => [
    call("iam:AttachRolePolicy", inputs, { role: "RoleName" }),
  ],
  "aws:iam/instanceProfile:InstanceProfile": (made) => {
    const InstanceProfileName = nameOf(made);
    return [
      call("iam:CreateInstanceProfile", {
        ...without(made.inputs, "name", "role"),
        InstanceProfileName,
      }),
      ...when(made.inputs.role, () =>
        call("iam:AddRoleToInstanceProfile", { InstanceProfileName, RoleName: made.inputs.role }),
      ),
    ];
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": ({ inputs }) => [
    call("iam:CreateOpenIDConnectProvider", inputs, { clientIdLists: "ClientIDList" }),
  ],
};

/** Below internal/service: logs/group.go, secretsmanager/secret.go, secret_version.go. */
export const logsAndSecrets: Record<string, CallsOf> = {
  "aws:cloudwatch/logGroup:LogGroup": (made) => {
    const { retentionInDays, ...inputs } = without(made.inputs, "name", "skipDestroy");
    const logGroupName = nameOf(made);
    return [
      call("logs:CreateLogGroup", { ...inputs, logGroupName }),
      ...when(retentionInDays, () =>
        call("logs:PutRetentionPolicy", { logGroupName, retentionInDays }),
      ),
    ];
  },
  "aws:secretsmanager/secret:Secret": (made) => {
    const { recoveryWindowInDays, ...inputs } = made.inputs;
    return [
      call("secretsmanager:CreateSecret", { ...inputs, name: nameOf(made) }),
      call(
        "secretsmanager:DeleteSecret",
        recoveryWindowInDays === 0
          ? { SecretId: made.id, ForceDeleteWithoutRecovery: true }
          : { SecretId: made.id, RecoveryWindowInDays: recoveryWindowInDays },
      ),
    ];
  },
  "aws:secretsmanager/secretVersion:SecretVersion": ({ inputs }) => [
    call("secretsmanager:PutSecretValue", without(inputs, "secretStringWoVersion"), {
      secretStringWo: "SecretString",
    }),
  ],
};
