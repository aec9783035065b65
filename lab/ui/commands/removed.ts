/** What is to be told of a state folder that went away. */
export function removed(state: string): string {
  return (
    `${state} was removed while this process served it. What was in it is gone, and this process ends; ` +
    "npm start begins anew (npm run lab -- destroy is the way to remove a stack)"
  );
}
