import assert from "node:assert/strict";

import type { LabStatus, ServedPlane } from "../../../../lab/host/host";
import { placesOf } from "../../../../lab/ui/commands/places";
import { withPlaces } from "../../../../lab/ui/operation/outputs";

type LoadBalancers = ServedPlane["loadBalancers"];

const REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com";
const CLONE_URL = "https://git-codecommit.ap-northeast-1.amazonaws.com/v1/repos";

const loadBalancers = [
  { dnsName: "lb.elb.localhost", listeners: [{ url: "http://lb.elb.localhost:8081/" }] },
  { dnsName: "express.elb.localhost", listeners: [{ url: "https://ex-1.ecs.localhost:8443/" }] },
] as unknown as LoadBalancers;

const status = {
  plane: { loadBalancers },
  repositories: [{ name: "nginx", cloneUrl: "http://127.0.0.1:8290/v1/repos/nginx" }],
  awsApi: { endpoint: "http://127.0.0.1:8060", region: "ap-northeast-1" },
} as unknown as LabStatus;

describe("outputs that are shown at a terminal", () => {
  const places = placesOf(status, "/state");
  const shown = (value: unknown) => withPlaces(value, places);

  it("have addresses of load balancers and Express services with the ports on which the lab listens", () => {
    assert.deepEqual(shown({ url: ["http://lb.elb.localhost/", "https://ex-1.ecs.localhost/"] }), {
      url: ["http://lb.elb.localhost:8081/", "https://ex-1.ecs.localhost:8443/"],
    });
  });

  it("have commands that push to the lab's registry, and leave the names of images as on AWS", () => {
    const name = `${REGISTRY}/nginx`;
    const command = (host: string) =>
      `docker login --password-stdin ${host} && docker push ${host}/nginx:1`;
    assert.deepEqual(shown({ repositoryUrl: name, push: command(REGISTRY) }), {
      repositoryUrl: name,
      push: command("127.0.0.1:8060"),
    });
  });

  it("have commands that clone from the lab's git server, for repositories that it has", () => {
    assert.equal(
      shown(`git clone ${CLONE_URL}/nginx`),
      "git clone -c 'credential.helper=store --file=/state/git-credentials' http://127.0.0.1:8290/v1/repos/nginx",
    );
    assert.equal(shown(`git clone ${CLONE_URL}/other`), `git clone ${CLONE_URL}/other`);
  });

  it("are as on AWS if nothing is served", () => {
    const value = [`docker login ${REGISTRY}`, "http://lb.elb.localhost/"];
    assert.deepEqual(withPlaces(value, placesOf({ stacks: {}, reports: [] }, "/state")), value);
  });
});
