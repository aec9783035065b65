/** What a name with slashes ends with: of a task's ARN its id, of an image its name. The whole of one without slashes. */
export const lastPart = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
