import { pipeline } from "./pipeline";

export const codepipelineTypes = [pipeline];
