import type { Architecture, Arrow, ArrowKind, Box } from "./architecture";
import { UNKNOWN_TEXT } from "./references";

/** Fixed kinds, titles, labels and lines, in AWS's own Japanese terms. */
const words: Readonly<Record<string, string>> = {
  "AWS region": "AWS リージョン",
  Addresses: "アドレス",
  "Any address in the VPC": "VPC 内のすべてのアドレス",
  "Availability Zone": "アベイラビリティーゾーン",
  "CodeBuild project": "CodeBuild プロジェクト",
  "CodeCommit repository": "CodeCommit リポジトリ",
  "CodeDeploy deployment group": "CodeDeploy デプロイグループ",
  "CodePipeline pipeline": "CodePipeline パイプライン",
  Connection: "接続",
  "EC2 instances (Auto Scaling group)": "EC2 インスタンス（Auto Scaling グループ）",
  "ECR repository": "ECR リポジトリ",
  "ECS cluster": "ECS クラスター",
  "ECS service": "ECS サービス",
  "EventBridge rule": "EventBridge ルール",
  "EventBridge schedule": "EventBridge スケジュール",
  "Internet gateway": "インターネットゲートウェイ",
  "KMS key": "KMS キー",
  "NAT gateway": "NAT ゲートウェイ",
  "Not in the stack": "スタックの外",
  "Outside the VPC": "VPC の外",
  Parameter: "パラメータ",
  "S3 bucket": "S3 バケット",
  Secret: "シークレット",
  "Service Connect namespace": "Service Connect 名前空間",
  "Target group": "ターゲットグループ",
  "The internet": "インターネット",
  "Cloud Map namespace": "Cloud Map 名前空間",
  Developer: "開発者",
  "Express Mode service": "Express Mode のサービス",
  "Managed Instances": "マネージドインスタンス",
  "Notification rule": "通知ルール",
  "SNS topic": "SNS トピック",
  "SQS queue": "SQS キュー",
  "all traffic": "すべてのトラフィック",
  "any address": "すべてのアドレス",
  "builds by": "ビルド",
  "containers known after the update": "コンテナは更新後に判明",
  "deployed by CodeDeploy": "CodeDeploy でデプロイ",
  "deploys by": "デプロイ",
  deploys: "デプロイ",
  "encrypts by": "暗号化",
  immutable: "イミュータブル",
  "immutable with exclusion": "イミュータブル（例外あり）",
  "internet-facing": "インターネット向け",
  internal: "内部向け",
  "is read by": "読み取り",
  "is replaced": "作り直される",
  "isolated subnet": "分離サブネット",
  "keeps artifacts in": "アーティファクトの保存",
  "made by ECS": "ECS が作成",
  makes: "作成",
  "may pull": "取得を許可",
  mutable: "ミュータブル",
  "mutable with exclusion": "ミュータブル（例外あり）",
  "one for all zones": "全ゾーンで 1 つ",
  "one task on each instance": "インスタンスごとに 1 タスク",
  "private subnet": "プライベートサブネット",
  "public subnet": "パブリックサブネット",
  pulls: "取得",
  pushes: "プッシュ",
  "pushes to": "プッシュ",
  reads: "読み取り",
  "runs on": "実行先",
  starts: "開始",
  tells: "通知",
  "tells of pushes": "プッシュを通知",
  watches: "監視",
};

/** Texts that contain a name or a number. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/^(\d+) to (\d+) × (.+)$/, "$3 を $1〜$2 台"],
  [/^(\d+) of them$/, "$1 個"],
  [/^(\d+)\. host (.+)$/, "$1. ホスト $2"],
  [/^(\d+)\. path (.+)$/, "$1. パス $2"],
  [/^(\d+) CPU units, (.+)$/, "CPU ユニット $1、$2"],
  [/^(HTTPS? \d+), targets by (\w+)$/, "$1、ターゲットは $2"],
  [/^(HTTPS? :\d+), by default answer (\d+)$/, "$1、既定の応答は $2"],
  [/^(.+:.+), port (\d+)$/, "$1、ポート $2"],
  [/^(HTTPS? :\d+), by default (.+)$/, "$1、既定は $2"],
  [/^(.+) deployments$/, "デプロイ方式 $1"],
  [/^(.+) refused$/, "$1 は拒否"],
  [/^Service Connect name (.+)$/, "Service Connect 名 $1"],
  [/^capacity provider (.+)$/, "キャパシティープロバイダー $1"],
  [/^desired count (\d+)$/, "必要なタスク数 $1"],
  [/^execution role (.+)$/, "実行ロール $1"],
  [/^infrastructure role (.+)$/, "インフラストラクチャロール $1"],
  [/^instance role (.+)$/, "インスタンスロール $1"],
  [/^rolls back on alarm (.+)$/, "アラーム $1 でロールバック"],
  [/^role (.+)$/, "ロール $1"],
  [/^task role (.+)$/, "タスクロール $1"],
  [/^calls (\S+)$/, "$1 を呼び出す"],
  [/^healthy if (.+) answers$/, "$1 に応答すれば正常"],
  [/^in (\S+)$/, "$1 に設置"],
  [/^instances (\S+)$/, "インスタンス $1"],
  [/^load balancer (\S+)$/, "ロードバランサー $1"],
  [/^logs in (.+), (\d+) days$/, "ログ $1（$2 日間）"],
  [/^logs in (.+), kept$/, "ログ $1（無期限）"],
  [/^on (\S+)$/, "$1 で実行"],
  [/^on (\S+ \(.+\))$/, "$1 で実行"],
  [/^other (.+)$/, "ほかの変更 $1"],
  [/^rule (\d+)$/, "ルール $1"],
  [/^rule (\d+), weight (\S+)$/, "ルール $1、重み $2"],
  [/^weight (\S+)$/, "重み $1"],
  [/^scales from (\S+) to (\S+) tasks$/, "$1〜$2 タスクの間でスケーリング"],
  [/^tasks of (\S+)$/, "$1 のタスク"],
  [/^within (\S+)$/, "$1 の範囲"],
];

/** A text of a picture in Japanese; names and untranslated texts are kept. */
export function textInJapanese(text: string): string {
  const found = patterns.find(([pattern]) => pattern.test(text));
  const told = (words[text] ?? (found ? text.replace(...found) : text)).replaceAll(
    UNKNOWN_TEXT,
    "（更新後に判明）",
  );
  return /^\d+\. (パス|ホスト) /.test(told) ? told.replaceAll(" or ", "、") : told;
}

/** An architecture with its texts in Japanese; translated before layout, which depends on their widths. */
export function inJapanese(architecture: Architecture): Architecture {
  const box = (one: Box): Box => ({
    ...one,
    kind: textInJapanese(one.kind),
    title: textInJapanese(one.title),
    lines: one.lines.map((line) => ({ ...line, text: textInJapanese(line.text) })),
  });
  const arrow = (one: Arrow): Arrow => ({ ...one, label: textInJapanese(one.label) });
  return {
    ...architecture,
    boxes: architecture.boxes.map(box),
    arrows: architecture.arrows.map(arrow),
  };
}

/** What the legend says of each kind of arrow. */
export const arrowsInJapanese: Readonly<Record<ArrowKind, string>> = {
  reach: "セキュリティグループが許可する通信",
  refused: "セキュリティグループが拒否する通信",
  forward: "転送",
  use: "利用",
};
