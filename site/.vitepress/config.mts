import { existsSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

import { type DefaultTheme, defineConfig } from "vitepress";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const copies = fileURLToPath(new URL("../pages", import.meta.url));

/** Where the repository can be browsed, such as `https://github.com/owner/ecs-handson/blob/main`. @default nowhere */
const browse = process.env.SITE_REPOSITORY;

/** The pages, by the part of the site that they are in, in both languages: [path in docs/, English, Japanese]. */
const chapters = [
  ["00-aws", "AWS in ten minutes", "10 分でわかる AWS"],
  ["00-start", "0. Start", "0. はじめに"],
  ["01-fargate", "1. A service on Fargate", "1. Fargate のサービス"],
  ["02-images", "2. Images", "2. イメージ"],
  ["03-ec2", "3. Instances of your own", "3. EC2 インスタンスで動かす"],
  ["04-cicd", "4. CI/CD", "4. CI/CD"],
  ["05-deployments", "5. Deployments", "5. デプロイ"],
  ["06-autoscaling", "6. Scaling", "6. スケーリング"],
  ["07-microservices", "7. Microservices", "7. マイクロサービス"],
  ["08-kubernetes", "8. ECS and Kubernetes", "8. ECS と Kubernetes"],
  ["09-class", "9. A class", "9. 講座を開く"],
  ["10-managed-instances", "10. Managed Instances", "10. マネージドインスタンス"],
  ["11-express", "11. The shortest way: Express Mode", "11. いちばんの近道: Express Mode"],
] as const;

const guides = [
  ["lab", "The lab", "ラボ"],
  ["dashboard", "Dashboard", "ダッシュボード"],
  ["aws-cli", "The AWS CLI in the lab", "ラボで AWS CLI を使う"],
  ["reliability", "Reliability", "信頼性"],
  ["lab-security", "Security", "安全性"],
  ["aws", "On AWS", "AWS で使う"],
  ["configuration", "Settings", "設定"],
  ["teaching", "Teaching", "教える方へ"],
  ["classroom", "A class of learners", "講座"],
  ["troubleshooting", "When something goes wrong", "うまくいかないとき"],
  ["glossary", "Glossary", "用語集"],
  ["ci", "Pull requests", "プルリクエスト"],
  ["https", "HTTPS", "HTTPS"],
  ["tasks", "Tasks in the lab", "ラボのタスク"],
] as const;

const references = [
  ["components", "Components", "コンポーネント"],
  ["components-packages", "Components in other projects", "ほかのプロジェクトでのコンポーネント"],
  ["policies", "Policies", "ポリシー"],
  ["policy-packs", "Policies in other stacks", "ほかのスタックでのポリシー"],
  ["policy-comparison", "Comparison of scanners", "スキャナーの比較"],
  ["ec2", "The ec2 chapter", "ec2 の章"],
  ["cicd", "The cicd chapter", "cicd の章"],
  ["deployments", "Deployments", "デプロイ"],
  ["microservices", "The microservices chapter", "マイクロサービスの章"],
  ["performance", "Performance", "性能"],
] as const;

/** Whether a page outside the tutorial is there in Japanese; if not, the Japanese part of the site leads to the English one. */
const isTranslated = (name: string) => existsSync(path.join(repository, "docs", `${name}.ja.md`));

const pageOf = (name: string, japanese: boolean) =>
  japanese && isTranslated(name) ? `/ja/${name}` : `/${name}`;

function sidebar(japanese: boolean): DefaultTheme.SidebarItem[] {
  const title = (english: string, other: string) => (japanese ? other : english);
  const group = (text: string, pages: readonly (readonly [string, string, string])[]) => ({
    text,
    items: pages.map(([name, english, other]) => ({
      text: title(english, other),
      link: pageOf(name, japanese),
    })),
  });
  return [
    {
      text: title("Tutorial", "チュートリアル"),
      items: chapters.map(([name, english, other]) => ({
        text: title(english, other),
        link: `${japanese ? "/ja" : ""}/tutorial/${name}`,
      })),
    },
    group(title("Guides", "ガイド"), guides),
    group(title("Reference", "リファレンス"), references),
  ];
}

/** Words of a text in any language; Japanese has no spaces between them. Runs in the browser too. */
function wordsOf(text: string): string[] {
  const segmenter = new Intl.Segmenter("ja", { granularity: "word" });
  return [...segmenter.segment(text)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment.toLowerCase());
}

/** Where a page of the repository is in the site: both languages in the same shape. */
function siteOf(page: string): string {
  return page
    .replace(/^README\.ja\.md$/, "ja/index.md")
    .replace(/^README\.md$/, "index.md")
    .replace(/^services\/README\.ja\.md$/, "ja/services.md")
    .replace(/^services\/README\.md$/, "services.md")
    .replace(/^docs\/ja\//, "ja/tutorial/")
    .replace(/^docs\/(.+)\.ja\.md$/, "ja/$1.md")
    .replace(/^docs\//, "");
}

const isPage = (file: string) => /^((services\/)?README(\.ja)?\.md|docs\/.*\.md)$/.test(file);

/**
 * Where a link of a page leads in the site: to another page, or to a file that only the repository has.
 *
 * @returns nothing for a file that cannot be browsed.
 * @throws Error naming a link to what is not there.
 */
function linkFrom(page: string, link: string): string | undefined {
  if (/^([a-z]+:|#)/.test(link)) return link;
  const [target = "", anchor] = link.split("#");
  const file = path.relative(copies, path.resolve(path.dirname(page), decodeURIComponent(target)));
  if (!existsSync(path.join(repository, file)))
    throw new Error(`${page} leads to ${link}, which is not there`);
  if (!isPage(file)) return browse && `${browse}/${file}`;
  const url = `/${siteOf(file).replace(/(index)?\.md$/, "")}`;
  return anchor === undefined ? url : `${url}#${anchor}`;
}

/** What the search says on Japanese pages. */
const searchInJapanese = {
  button: { buttonText: "検索", buttonAriaLabel: "検索" },
  modal: {
    displayDetails: "詳しく表示する",
    resetButtonTitle: "検索語を消す",
    backButtonTitle: "検索を閉じる",
    noResultsText: "見つかりませんでした:",
    footer: { selectText: "開く", navigateText: "移動する", closeText: "閉じる" },
  },
};

export default defineConfig({
  title: "ecs-handson",
  description: "Learn Amazon ECS by running it, with Pulumi",
  // Copies of the repository's pages, which pages.mjs makes: their links lead on GitHub too.
  srcDir: "./pages",
  outDir: "./dist",
  cleanUrls: true,
  base: process.env.SITE_BASE ?? "/",
  rewrites: (page) => siteOf(page),
  themeConfig: {
    search: {
      provider: "local",
      options: {
        miniSearch: { options: { tokenize: wordsOf } },
        locales: { ja: { translations: searchInJapanese } },
      },
    },
    outline: { level: [2, 3] },
  },
  locales: {
    root: { label: "English", lang: "en", themeConfig: { sidebar: sidebar(false) } },
    ja: {
      label: "日本語",
      lang: "ja",
      themeConfig: {
        sidebar: sidebar(true),
        outline: { level: [2, 3], label: "このページの内容" },
        docFooter: { prev: "前のページ", next: "次のページ" },
        darkModeSwitchLabel: "外観",
        sidebarMenuLabel: "メニュー",
        returnToTopLabel: "先頭に戻る",
        langMenuLabel: "言語を変更",
      },
    },
  },
  markdown: {
    // As dark as WCAG AA asks.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config(markdown) {
      markdown.core.ruler.push("links", ({ tokens, env }) => {
        const { realPath, path: file } = env as { realPath?: string; path: string };
        for (const inline of tokens) {
          for (const token of inline.children ?? []) {
            const link = token.type === "link_open" ? token.attrGet("href") : null;
            if (link !== null) token.attrSet("href", linkFrom(realPath ?? file, link) ?? "");
          }
        }
      });
      const fence = markdown.renderer.rules.fence;
      markdown.renderer.rules.fence = (tokens, index, ...rest) => {
        const token = tokens[index];
        if (token?.info.trim() === "mermaid") {
          return `<MermaidPicture source="${encodeURIComponent(token.content)}" />`;
        }
        // `sh run`, `text serve` and the like: the second word is for the tests that type the block.
        if (token) token.info = token.info.split(" ")[0] ?? "";
        return fence?.(tokens, index, ...rest) ?? "";
      };
    },
  },
});
