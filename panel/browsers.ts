/** The browser inside OBS 28 to 30 (CEF 103), which shows the output and the dock; TouchDesigner's Web Render TOP has a newer one. */
export const oldestChromium = 'chrome103';
