/**
 * Follows the theme of Azure DevOps, whose variables the SDK sets: the page's scheme is dark where the theme's background is.
 * Without a theme the browser's preference stands.
 */
export function followTheme(): void {
  const apply = () => {
    const background = getComputedStyle(document.documentElement).getPropertyValue("--background-color");
    const [red, green, blue] = (background.match(/[\d.]+/g) ?? []).map(Number);
    if (red === undefined || green === undefined || blue === undefined) return;
    document.documentElement.dataset.scheme = red + green + blue < 3 * 128 ? "dark" : "light";
  };
  window.addEventListener("themeApplied", apply);
  apply();
}
