import { lifecyclePolicy } from "./lifecyclePolicy";
import { pushedImage } from "./pushedImage";
import { repository } from "./repository";
import { repositoryPolicy } from "./repositoryPolicy";

export const ecrTypes = [repository, lifecyclePolicy, repositoryPolicy];

export const pushedImageTypes = [pushedImage];
