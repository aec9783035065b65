import Table from "cli-table3";

import { prices } from "./estimate";
import { type ClassReport, reason, type StackResult } from "./report";

/** A stack's line of progress: `alice (spring-alice): up, 52 resources, 9 s`. */
export function describeResult(result: StackResult, operation: ClassReport["operation"]): string {
  const { learner, stack, resources, seconds } = result;
  const parts = [
    outcome(result, operation),
    ...(resources === null || result.result !== "succeeded" ? [] : [`${resources} resources`]),
    ...(seconds === undefined ? [] : [`${seconds.toFixed(0)} s`]),
  ];
  return `${learner} (${stack}): ${parts.join(", ")}`;
}

function outcome(result: StackResult, operation: ClassReport["operation"]): string {
  switch (result.result) {
    case "succeeded":
      return { preview: "may go up", up: "up", destroy: "destroyed", status: "" }[operation];
    case "failed":
      return `failed: ${reason(result)}`;
    case "skipped":
      return operation === "destroy" ? "nothing to destroy" : "already up";
    case "stopped":
      return `not started: ${reason(result)}`;
  }
}

/** The table at the end, with a summary of the class. */
export function describeReport(report: ClassReport): string {
  const { operation, stacks } = report;
  const table = new Table({
    head: ["learner", "stack", "state", "resources", "until", "USD a month", "remarks"],
    colAligns: ["left", "left", "left", "right", "left", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const one of stacks) {
    table.push([
      one.learner,
      one.stack,
      one.phase === "running" ? "cut off" : one.phase,
      one.resources ?? "?",
      one.expired ? `${one.expires}, passed` : one.expires,
      one.monthlyUsd === null ? "?" : one.monthlyUsd.toFixed(0),
      remarks(one),
    ]);
  }
  const count = (result: StackResult["result"]) =>
    stacks.filter((one) => one.result === result).length;
  const summary =
    operation === "status"
      ? `${stacks.length} stacks, ${stacks.filter(({ phase }) => phase === "up").length} up`
      : `${operation}: ${count("succeeded")} succeeded, ${count("failed")} failed, ` +
        `${count("skipped")} had nothing to do, ${count("stopped")} not started`;
  return (
    `${table.toString()}\n${summary}; about ${report.monthlyUsd.toFixed(0)} USD a month for ` +
    `what ${operation === "preview" ? "would be deployed" : "is deployed"} (list prices of ${prices.region}, ${prices.asOf}).\n` +
    describeCommands(report)
  );
}

/** How learners continue on their own. */
function describeCommands({ operation, stacks }: ClassReport): string {
  if (operation !== "up" && operation !== "status") return "";
  const lines = stacks.flatMap(({ learner, command }) =>
    command === undefined ? [] : [`  ${learner}: ${command}\n`],
  );
  if (lines.length === 0) return "";
  return `Learners update their own stacks, within the class's policies and budget, with\n${lines.join("")}`;
}

function remarks(result: StackResult): string {
  const failed = result.result === "failed" || result.errors.length > 0;
  const remarks = failed ? [reason(result)] : [];
  if (!result.inRoster) remarks.push("not in the roster");
  return remarks.join("; ");
}
