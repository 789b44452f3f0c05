/** What counts as silence: the lower end of every meter, dB of full scale. */
export const quietestDb = -100;
