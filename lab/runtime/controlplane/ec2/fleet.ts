import type { Instance } from "./instance";

/** The container instances of all groups, oldest first. */
export class Fleet {
  private instances: readonly Instance[] = [];

  get all(): readonly Instance[] {
    return this.instances;
  }

  of(groupKey: string): Instance[] {
    return this.instances.filter((instance) => instance.groupKey === groupKey);
  }

  /** @throws {Error} when there is no such instance */
  find(id: string): Instance {
    const instance = this.instances.find((one) => one.id === id);
    if (instance !== undefined) return instance;
    throw new Error(`There is no instance ${id}. npm run lab -- status lists the instances`);
  }

  add(instance: Instance): void {
    this.instances = [...this.instances, instance];
  }

  remove(instance: Instance): void {
    this.instances = this.instances.filter((one) => one !== instance);
  }

  /** Ends all, and forgets them. */
  close(): void {
    for (const instance of this.instances) instance.end();
    this.instances = [];
  }
}
