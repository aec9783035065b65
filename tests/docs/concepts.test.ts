import assert from "node:assert/strict";

import { readPage } from "./pages";

/** What the tutorial teaches, each with the page and the heading, in English and in Japanese, under which it is found. */
const concepts: readonly (readonly [string, string, string, string])[] = [
  ["what ECS is", "00-start", "What ECS does", "ECS は何をするものか"],
  [
    "control plane and data plane",
    "00-start",
    "Control plane and data plane",
    "コントロールプレーンとデータプレーン",
  ],
  [
    "AWS's own objects, not abstracted",
    "00-start",
    "What ECS leaves to the rest of AWS",
    "ほかの AWS サービスに任せるもの",
  ],
  ["the words", "00-start", "Five words", "5 つの基本用語"],
  [
    "task definition, service, task",
    "00-start",
    "From task definition to service to task",
    "タスク定義からサービス、タスクへ",
  ],
  ["network", "00-aws", "The network", "ネットワーク"],
  ["permissions", "00-aws", "Who may do what", "権限"],
  [
    "the network, step by step",
    "01-fargate",
    "The network, step by step",
    "ネットワークを段階的に",
  ],
  ["task definition", "01-fargate", "Task definition", "タスク定義"],
  ["cluster", "01-fargate", "Cluster", "クラスター"],
  [
    "target group and listener rule",
    "01-fargate",
    "Target group and listener rule",
    "ターゲットグループとリスナールール",
  ],
  ["security group", "01-fargate", "Security group", "セキュリティグループ"],
  ["service", "01-fargate", "Service", "サービス"],
  ["memory", "01-fargate", "Memory", "メモリ"],
  ["awsvpc", "01-fargate", "The network mode awsvpc", "ネットワークモード awsvpc"],
  ["ALB, NLB, CLB", "01-fargate", "Four types of load balancer", "ロードバランサーの 4 つの種類"],
  ["image, repository, tag, digest", "02-images", "Four words", "4 つの用語"],
  ["build and push", "02-images", "By hand", "手作業で"],
  [
    "the first deployment's image",
    "02-images",
    "The first deployment must not wait for an image",
    "最初のデプロイを待たせない",
  ],
  ["update of an image", "02-images", "By the program", "プログラムで"],
  ["three roles", "03-ec2", "Three roles", "3 つのロール"],
  [
    "network interfaces of an instance",
    "03-ec2",
    "Room is counted in network interfaces",
    "先に足りなくなるのはネットワークインターフェイス",
  ],
  [
    "capacity providers",
    "03-ec2",
    "Launch types and capacity providers",
    "起動タイプとキャパシティープロバイダー",
  ],
  ["REPLICA, DAEMON", "03-ec2", "REPLICA and DAEMON", "REPLICA と DAEMON"],
  [
    "linking to the target group",
    "03-ec2",
    "The link to the target group",
    "ターゲットグループとの連動",
  ],
  ["CI and CD", "04-cicd", "Continuous what?", "CI と CD"],
  ["CodeCommit, CodeBuild, CodePipeline, CodeDeploy", "04-cicd", "The parts", "構成要素"],
  ["push to deploy", "04-cicd", "Push", "プッシュする"],
  [
    "rolling and blue/green",
    "05-deployments",
    "Rolling against blue/green",
    "ローリングとブルー/グリーンの比較",
  ],
  ["canary", "05-deployments", "A canary", "カナリアを試す"],
  ["rollback", "05-deployments", "One that fails", "失敗するデプロイ"],
  [
    "scaling of instances",
    "06-autoscaling",
    "Instances follow tasks",
    "インスタンスはタスクに合わせて増える",
  ],
  [
    "scaling of tasks",
    "06-autoscaling",
    "Tasks follow requests",
    "タスクはリクエストに合わせて増える",
  ],
  ["microservices", "07-microservices", "Why split at all", "なぜ分割するのか"],
  [
    "Service Connect, secrets",
    "07-microservices",
    "What each part of ECS does for it",
    "ECS の機能との対応",
  ],
  ["Kubernetes", "08-kubernetes", "The same ideas under other names", "同じ考え方、別の名前"],
  ["clean-up", "09-class", "The end", "後片付け"],
  ["managed instances", "10-managed-instances", "Who does what", "誰が何をするか"],
  ["Express Mode", "11-express", "What ECS made for you", "ECS が作ったもの"],
  ["what to run tasks on", "10-managed-instances", "When to choose which", "どれを選ぶか"],
];

describe("a concept of the tutorial", () => {
  for (const [concept, page, english, japanese] of concepts) {
    it(`has a heading of its own in both languages: ${concept}`, () => {
      const has = (file: string, heading: string) =>
        readPage(file)
          .split("\n")
          .some((line) => line.replace(/^#{2,3} /, "") === heading && line !== heading);
      assert.ok(has(`docs/tutorial/${page}.md`, english), english);
      assert.ok(has(`docs/ja/${page}.md`, japanese), japanese);
    });
  }
});
