# Callbacks of the Parameter Execute DAT on the component's own parameters (Parameter Execute DAT).


def _reverie():
    return me.parent().ext.Reverie


def onValueChange(par, prev):
    _reverie().changed(par)


def onPulse(par):
    _reverie().pulsed(par)


def onModeChange(par, val, prev):
    _reverie().drive_changed(par)


def onExportChange(par, val, prev):
    _reverie().drive_changed(par)
