import { type EChartsOption, init } from "echarts";

const WIDTH = 1120;

/**
 * Draws a chart as SVG. Its colours are variables of the page's style sheet, so that it follows the
 * reader's light or dark mode.
 */
export function drawSvg(
  height: number,
  option: EChartsOption,
  width = WIDTH,
): string {
  const chart = init(null, null, {
    renderer: "svg",
    ssr: true,
    width,
    height,
  });
  try {
    chart.setOption({
      animation: false,
      silent: true,
      textStyle: { fontFamily: "inherit" },
      ...option,
    });
    return chart.renderToSVGString()
      // What a pointer would do is for pages with a script.
      .replace(/<style[^]*?<\/style>/, "")
      .replaceAll(/ class="zr[^"]*"| ecmeta_\w+="[^"]*"/g, "");
  } finally {
    chart.dispose();
  }
}
