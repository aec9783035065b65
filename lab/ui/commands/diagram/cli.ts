import { runDiagram } from "./command";

void runDiagram(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
