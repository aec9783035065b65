// Starts one task, prints its address and waits to be killed: `killedLab.ts RUNTIME FOLDER WORKDIR PORT`.
import { chooseRuntime } from "../../../../lab/runtime/dataplane/tasks/chooseRuntime";
import type { RuntimeName } from "../../../../lab/runtime/dataplane/tasks/runtime";

const [name, folder, workDir = "", containerPort = "80"] = process.argv.slice(2);

async function main(): Promise<void> {
  const runtime = await chooseRuntime({
    runtime: name as RuntimeName,
    images: () => folder,
    workDir,
  });
  const task = await runtime.startContainer({
    taskArn: "arn:task/1",
    image: "nginx",
    containerPort: Number(containerPort),
    environment: {},
  });
  console.log(task.address);
}

void main();
