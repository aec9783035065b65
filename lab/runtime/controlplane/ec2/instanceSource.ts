import type { AccountView } from "../../../account/record";
import type { ReportEvent } from "../../dataplane/events";
import type { Pace } from "../pace";
import type { InstanceDesign } from "./capacityRecords";
import type { Fleet } from "./fleet";
import { type DaemonService, Instance, type PlacementRequest } from "./instance";

/** What launches instances: an Auto Scaling group, or a capacity provider of managed instances. */
export interface InstanceSource {
  readonly name: string;
  /** Name of the capacity provider whose tasks its instances run, if it has one. */
  readonly capacityProvider: string | undefined;
  /** The group that its instances are in; undefined if they are in none. */
  readonly autoScalingGroup: string | undefined;
  /** Whether a task may go to one of its instances, regardless of capacity. */
  takes: (instance: Instance, request: PlacementRequest) => boolean;
  /** Launches, replaces and ends instances as far as possible now. */
  reconcile: () => void;
  /** Says, in words, that not all of its instances have registered yet; undefined if they have. */
  notSteadyBecause: () => string | undefined;
  /** Ends one of its instances, together with the tasks that the instance still has. */
  terminate: (instance: Instance, why: string) => void;
  /** Ends all its instances, because it was deleted. */
  close: () => void;
}

/** What every source needs from its surroundings. */
export interface SourceSurroundings {
  readonly account: AccountView;
  readonly pace: Pace;
  /** Tasks of all services that wait for an instance. */
  readonly waiting: () => readonly PlacementRequest[];
  /** The daemons of all clusters. */
  readonly daemons: () => readonly DaemonService[];
  readonly report: ReportEvent;
  /** Called when there may be capacity for tasks, or when an instance with tasks starts draining. */
  readonly onChange: () => void;
}

/** What a source needs from the collection of all instances. */
export interface SourceOptions extends SourceSurroundings {
  readonly fleet: Fleet;
  /** Asks for the next {@link InstanceSource.reconcile}. */
  readonly wake: () => void;
  /** Asks for it after this many ms. */
  readonly wakeIn: (milliseconds: number) => void;
}

/** Launches an instance of a source, and reports that and its registration as the source's events. */
export function launchInstance(
  { fleet, pace, onChange, wake }: SourceOptions,
  {
    key,
    zone,
    design,
  }: { readonly key: string; readonly zone: string; readonly design: InstanceDesign },
  say: (message: string) => void,
): Instance {
  const instance = new Instance(key, zone, design, pace, () => {
    say(registered(instance));
    onChange();
    wake();
  });
  fleet.add(instance);
  say(`launched ${instance.id}, a simulated ${design.instanceType} in ${zone}`);
  return instance;
}

const registered = ({ id, design }: Instance): string =>
  `${id} registered with cluster ${design.clusterName}: ${design.resources.cpu} CPU units, ` +
  `${design.resources.memory} MiB, ${design.resources.interfaces} network interfaces for tasks`;
