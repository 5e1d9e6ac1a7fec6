/**
 * Follows the theme of Azure DevOps, whose CSS variables the SDK sets: the page is dark if the background of the theme is dark. Without a
 * theme, the preference of the browser applies.
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
