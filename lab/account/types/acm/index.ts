import { certificate } from "./certificate";
import { certificateValidation } from "./certificateValidation";

export const acmTypes = [certificate, certificateValidation];
