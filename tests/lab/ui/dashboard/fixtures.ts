import type { Account } from "../../../../lab/account/account";
import type { PipelineStatus } from "../../../../lab/delivery/pipeline/status";
import { ChangeNotifier } from "../../../../lab/host/changeNotifier";
import type { LabStatus } from "../../../../lab/host/host";
import type { StackReport } from "../../../../lab/host/stackReports";
import type { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import { Dashboard } from "../../../../lab/ui/dashboard/server";
import type { MemoryAccount } from "../../runtime/controlplane/memoryAccount";

/** A dashboard of a plane and its account, with what a host would add. */
export interface TestDashboard {
  readonly dashboard: Dashboard;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Reports an operation as the host would. */
  readonly report: (report: StackReport) => void;
}

export interface DashboardFixture {
  readonly allowActions?: boolean;
  /** @default allowActions */
  readonly changesPace?: boolean;
  /** What the host's status has besides the plane. */
  readonly more?: Partial<LabStatus>;
  readonly push?: (stack: string) => Promise<unknown>;
}

const opened: { dashboard: Dashboard; stop: () => void }[] = [];

export async function openDashboard(
  account: MemoryAccount,
  plane: ControlPlane,
  {
    allowActions = false,
    changesPace = allowActions,
    more = {},
    push = () => Promise.resolve(),
  }: DashboardFixture = {},
): Promise<TestDashboard> {
  const changes = new ChangeNotifier();
  const reports = new Map<string, StackReport>();
  const poke = () => {
    changes.notify();
  };
  const stop = plane.onChange(poke);
  account.onChange(poke);
  const modify: Account["modify"] = (type, id, patch) => {
    account.put(type, id, patch);
    return Promise.resolve(account.get(type, id) ?? Promise.reject(new Error(`no ${id}`)));
  };
  const dashboard = await Dashboard.start({
    port: 0,
    account,
    status: () =>
      Promise.resolve({
        stacks: { test: 5 },
        reports: [...reports.values()],
        plane: plane.status(),
        ...more,
      }),
    onChange: (listener) => changes.listen(listener),
    onEvent: (listener) => plane.onEvent(listener),
    ...(changesPace
      ? {
          changePace: (name) => {
            plane.changePace(name);
          },
        }
      : {}),
    ...(allowActions ? { actions: { account: { modify }, plane, push } } : {}),
  });
  opened.push({ dashboard, stop });
  return {
    dashboard,
    origin: new URL(dashboard.url).origin,
    report: (report) => {
      reports.set(report.stack, report);
      poke();
    },
  };
}

/** For `afterEach`. */
export async function closeDashboards(): Promise<void> {
  for (const { dashboard, stop } of opened.splice(0)) {
    stop();
    await dashboard.close();
  }
}

export const refusedPreview: StackReport = {
  stack: "test",
  operation: "preview",
  result: "failed",
  at: "2026-01-01T00:00:00.000Z",
  changes: { create: 2 },
  errors: 0,
  findings: [
    {
      policy: "ecs-service-security-group-vpc-only",
      pack: "ecs-handson",
      level: "mandatory",
      urn: "urn:pulumi:test::test::aws:ec2/securityGroup:SecurityGroup::open-group",
      source: { file: "components/service/fargateService.ts", line: 12, column: 3 },
      message: "Tasks are reached from the VPC only.\nIt lets 0.0.0.0/0 in.",
    },
  ],
};

/** A pipeline whose last run failed in its build. */
export const failedPipeline: PipelineStatus = {
  name: "handson-test",
  executionMode: "QUEUED",
  runs: [
    {
      id: "11111111-2222-3333-4444-555555555555",
      trigger: "CloudWatchEvent: push of 1a2b3c4 to main",
      commit: "1a2b3c4d5e6f",
      message: "Change the page",
      status: "Failed",
      startedAt: "2026-01-01T00:00:00.000Z",
      stages: [
        {
          name: "Source",
          status: "Succeeded",
          actions: [{ name: "Source", provider: "CodeCommit", status: "Succeeded" }],
        },
        {
          name: "Build",
          status: "Failed",
          actions: [
            {
              name: "Build",
              provider: "CodeBuild",
              status: "Failed",
              summary: "BUILD failed",
              log: ["docker build -t nginx nginx", "exit 1"],
            },
          ],
        },
        {
          name: "Deploy",
          status: "Waiting",
          actions: [{ name: "Deploy", provider: "ECS", status: "Waiting" }],
        },
      ],
    },
  ],
};
