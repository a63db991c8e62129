"""From fitted parameters to the state of a cell: state of charge, roles, shorts, flags."""
