import { record } from "./record";
import { zone } from "./zone";

export const route53Types = [zone, record];
