/** Message about a state folder that was removed. */
export function removed(state: string): string {
  return (
    `${state} was removed while this process was serving it. Its contents are lost, and this process ends; ` +
    "npm start starts over (to remove a stack, use npm run lab -- destroy)"
  );
}
