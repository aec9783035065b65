/**
 * The part of a name after its last slash: the ID in a task's ARN, the name in an image reference. A name without
 * slashes is returned unchanged.
 */
export const lastPart = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
