/** Zone letters of regions with letters other than a, b and c. Most accounts have no b in Tokyo. */
const ZONE_LETTERS: Readonly<Record<string, string>> = {
  "ap-northeast-1": "acd",
  "ap-northeast-2": "abcd",
  "ca-central-1": "abd",
  "us-east-1": "abcdef",
  "us-west-1": "ab",
  "us-west-2": "abcd",
};

/** Names of a region's Availability Zones, e.g. `ap-northeast-1a`. */
export function zonesOf(region: string): string[] {
  return Array.from(ZONE_LETTERS[region] ?? "abc", (letter) => `${region}${letter}`);
}

/** ID of a zone: `ap-northeast-1a` is `apne1-az1`. The mapping from letters to numbers differs between accounts. */
export function zoneIdOf(region: string, zone: string): string {
  const [area = "", place = "", number = ""] = region.split("-");
  const compass = place.replace(/north|south|east|west|central/g, (word) => word.charAt(0));
  return `${area}${compass}${number}-az${zonesOf(region).indexOf(zone) + 1}`;
}
