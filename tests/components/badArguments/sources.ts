import { readFileSync } from "node:fs";
import * as path from "node:path";

import ts from "typescript";

import { repository } from "../../../lab/shared/repository";

/** A place in the components' source that refuses something. */
export interface RefusalSource {
  /** `components/service/placement.ts:45`. */
  readonly place: string;
  /** The message, with `…` for inserted values. */
  readonly text: string;
  /** What a whole line of an error must match. */
  readonly pattern: RegExp;
}

const folder = path.join(repository, "components");

/**
 * Every message with which components refuse something: texts of three or more words in functions that say what is wrong,
 * the first words of calls that build a message from them, and texts that are thrown.
 *
 * @param files of the components. @default all except the command that writes the schema
 */
export function refusalSources(files = sourceFiles()): RefusalSource[] {
  return files.flatMap((file) => {
    const source = ts.createSourceFile(
      file,
      readFileSync(file, "utf8"),
      ts.ScriptTarget.Latest,
      true,
    );
    return sourcesIn(source);
  });
}

function sourceFiles(): string[] {
  const excluded = ["commands", "node_modules", "dist"].map((name) => path.join(folder, name));
  return ts.sys.readDirectory(folder, [".ts"], excluded).filter((file) => !file.endsWith(".d.ts"));
}

function sourcesIn(source: ts.SourceFile): RefusalSource[] {
  const found: RefusalSource[] = [];
  const add = (node: ts.Node, parts: readonly Part[], isWhole: boolean) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    const place = `${path.relative(repository, source.fileName)}:${line + 1}`;
    const pattern = parts.map((part) => (part === undefined ? "[^]*" : escaped(part))).join("");
    found.push({
      place,
      text: parts.map((part) => part ?? "…").join(""),
      pattern: new RegExp(isWhole ? `(^|[ .:])${pattern}$` : `^${pattern}[ .:\\[]`),
    });
  };
  const visit = (node: ts.Node, isJudging: boolean): void => {
    // The heading of all errors is not a refusal.
    if (ts.isFunctionDeclaration(node) && node.name?.text === "rejectProblems") return;
    const judges = isJudging || judgesByName(node) || ts.isThrowStatement(node);
    const parts = judges && !isPartOfText(node) ? partsOf(node) : undefined;
    if (parts !== undefined && isSentence(parts)) add(node, parts, true);
    const key = keyOfCall(node);
    if (key !== undefined) add(node, key, false);
    if (parts === undefined)
      ts.forEachChild(node, (child) => {
        visit(child, judges);
      });
  };
  visit(source, false);
  return found;
}

/** A part of a text; undefined for an inserted value. */
type Part = string | undefined;

/** Functions that say what is wrong are called `…Problem`, `…Problems` or `problemsIn`, except for three. */
function judgesByName(node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return node.expression.getText() === "rejectProblems";
  const name =
    ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node)
      ? node.name?.getText()
      : undefined;
  return (
    name !== undefined &&
    /((problem|fault)s?(In|Of)?|^misplaced|^needless|^takePriority)$/i.test(name)
  );
}

/** The parts of a literal, a template or a concatenation; undefined for anything else. */
function partsOf(node: ts.Node): Part[] | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isTemplateExpression(node)) {
    return [
      node.head.text,
      ...node.templateSpans.flatMap(({ literal }) => [undefined, literal.text]),
    ];
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) {
    return undefined;
  }
  const sides = [node.left, node.right].map((side) => partsOf(side) ?? [undefined]);
  return sides.flat().some((part) => part !== undefined) ? sides.flat() : undefined;
}

/** Whether it is concatenated with others, or begins several messages: then it is not a message by itself. */
const isPartOfText = ({ parent }: ts.Node) =>
  (ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken) ||
  (ts.isVariableDeclaration(parent) && parent.name.getText() === "where");

const isSentence = (parts: readonly Part[]) =>
  parts
    .map((part) => part ?? "x")
    .join("")
    .trim()
    .split(/\s+/).length > 2;

/** The argument that a call such as `rangeProblem("desiredCount", …)` or `absoluteProblem(where("tmpfs"), …)` is about. */
function keyOfCall(node: ts.Node): Part[] | undefined {
  if (
    !ts.isCallExpression(node) ||
    !/(problem|^about|^misplaced|^needless)$/i.test(node.expression.getText())
  ) {
    return undefined;
  }
  const [first] = node.arguments;
  if (first === undefined) return undefined;
  if (ts.isCallExpression(first) && first.expression.getText() === "where") {
    const [key] = first.arguments;
    const inner = key && partsOf(key);
    return inner && [undefined, ...inner];
  }
  const parts = partsOf(first);
  return parts?.some((part) => /\w/.test(part ?? "")) === true ? parts : undefined;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
