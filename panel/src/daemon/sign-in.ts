/** The daemon's page that asks for the token; it leads back here, and `again` has it say why it asks. */
export function toSignIn(): void {
  location.replace('/sign-in#again');
}
