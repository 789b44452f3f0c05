/** The daemon's page that asks for the token; it leads back here, and `again` has it say why it asks. */
export function toSignIn(): void {
  const { pathname, search } = location;
  const back = pathname === '/' ? '' : `?to=${encodeURIComponent(pathname + search)}`;
  location.replace(`/sign-in${back}#again`);
}
